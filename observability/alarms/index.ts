export { ownNamespace, type Alarm } from "./alarm";
export * from "./cache";
export * from "./database";
export * from "./edge";
export * from "./events";
export * from "./monitoring";
export * from "./operations";
export * from "./platform";
export * from "./release";
