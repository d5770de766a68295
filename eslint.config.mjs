import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["**/node_modules/", "**/dist/", ".state/", ".reports/", ".checkov/", "coverage/"] },
  ...tseslint.configs.strict,
  {
    rules: {
      // A resource is declared by making it.
      "no-new": "off",
      "@typescript-eslint/no-require-imports": "off",
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "separate-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      eqeqeq: "error",
      "no-console": ["error", { allow: ["error"] }],
      "max-lines": ["warn", { max: 300, skipBlankLines: true, skipComments: true }],
      complexity: ["warn", 25],
    },
  },
  {
    files: ["operations/**", "test/**", "services/**/build.ts"],
    rules: { "no-console": "off", "max-lines": "off", "@typescript-eslint/no-dynamic-delete": "off" },
  },
);
