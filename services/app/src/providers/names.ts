/** Every AI provider the app can talk to. */
export const PROVIDERS = [
  "openai",
  "anthropic",
  "gemini",
  "mistral",
  "cohere",
  "groq",
  "together",
  "fireworks",
  "perplexity",
  "deepseek",
  "xai",
  "bedrock",
  "azure-openai",
  "vertex",
  "huggingface",
  "replicate",
  "openrouter",
  "cerebras",
  "nvidia",
  "ollama",
] as const;

export type ProviderName = (typeof PROVIDERS)[number];
