import { declareStack } from "./components/root";

/** The program: Pulumi calls it and keeps what it returns as the stack's outputs. */
export = () => declareStack();
