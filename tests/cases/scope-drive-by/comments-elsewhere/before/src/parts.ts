export function first(): number {
  return 1;
}

/** Adds 0. */
export function part0(one: number): number {
  return one + 0;
}

/** Adds 1. */
export function part1(one: number): number {
  return one + 1;
}

/** Adds 2. */
export function part2(one: number): number {
  return one + 2;
}

/** Adds 3. */
export function part3(one: number): number {
  return one + 3;
}

/** Adds 4. */
export function part4(one: number): number {
  return one + 4;
}

/** Adds 5. */
export function part5(one: number): number {
  return one + 5;
}

/** Adds 6. */
export function part6(one: number): number {
  return one + 6;
}

/** Adds 7. */
export function part7(one: number): number {
  return one + 7;
}

/** Adds 8. */
export function part8(one: number): number {
  return one + 8;
}

/** Adds 9. */
export function part9(one: number): number {
  return one + 9;
}

/** Adds 10. */
export function part10(one: number): number {
  return one + 10;
}

/** Adds 11. */
export function part11(one: number): number {
  return one + 11;
}

/** Adds 12. */
export function part12(one: number): number {
  return one + 12;
}

/** Adds 13. */
export function part13(one: number): number {
  return one + 13;
}
