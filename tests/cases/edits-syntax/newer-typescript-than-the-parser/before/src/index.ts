export { half } from "./half";
