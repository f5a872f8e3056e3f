export { half } from "./half";
export type * from "./half";
