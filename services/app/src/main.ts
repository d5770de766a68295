import { run as checkHealth } from "./commands/health";

/** EX_CONFIG of sysexits: starting again will not help. */
const EXIT_CONFIG = 78;

async function main([name = "", ...args]: readonly string[]): Promise<void> {
  // A platform asks every few seconds, so the health check must not pay for reading the services' code.
  if (name === "health") return checkHealth(args);
  const { SERVICES } = await import("./services.js");
  if (!Object.hasOwn(SERVICES, name)) {
    console.error(`usage: app ${Object.keys(SERVICES).join("|")}|health`);
    process.exitCode = 2;
    return;
  }
  const command = await SERVICES[name as keyof typeof SERVICES]();
  await command.run(args);
}

main(process.argv.slice(2)).catch((error: Error) => {
  const configuration = error.name === "ConfigError";
  console.error(configuration ? error.message : error);
  process.exit(configuration ? EXIT_CONFIG : 1);
});
