export function first(): number {
  return 2;
}

/** Gives the sum with 0. */
export function part0(one: number): number {
  return one + 0;
}

/** Gives the sum with 1. */
export function part1(one: number): number {
  return one + 1;
}

/** Gives the sum with 2. */
export function part2(one: number): number {
  return one + 2;
}

/** Gives the sum with 3. */
export function part3(one: number): number {
  return one + 3;
}

/** Gives the sum with 4. */
export function part4(one: number): number {
  return one + 4;
}

/** Gives the sum with 5. */
export function part5(one: number): number {
  return one + 5;
}

/** Gives the sum with 6. */
export function part6(one: number): number {
  return one + 6;
}

/** Gives the sum with 7. */
export function part7(one: number): number {
  return one + 7;
}

/** Gives the sum with 8. */
export function part8(one: number): number {
  return one + 8;
}

/** Gives the sum with 9. */
export function part9(one: number): number {
  return one + 9;
}

/** Gives the sum with 10. */
export function part10(one: number): number {
  return one + 10;
}

/** Gives the sum with 11. */
export function part11(one: number): number {
  return one + 11;
}

/** Gives the sum with 12. */
export function part12(one: number): number {
  return one + 12;
}

/** Gives the sum with 13. */
export function part13(one: number): number {
  return one + 13;
}
