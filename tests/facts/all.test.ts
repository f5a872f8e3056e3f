// A file with every construct.
import { readFile as read, type Stats } from "node:fs";
import def, * as all from "./near";
import "../effect";
export * from "./again";
const old = require("old");

/** Documented. */
export interface Shape { n: number; area(by?: number): string; }
export type Names = "a" | "b";
enum Colour { Red, Green = 2 }
export const LIMIT = 10;
const text = `a ${LIMIT} // no comment`;

export default class Box extends Base<T> implements Shape {
  private n = 1;
  #secret = 2;
  constructor(readonly a: string, b?: number, ...rest: string[]) { super(); }
  protected area(by = 1): string { return `${by}`; }
  static make(): Box { return new Box("a"); }
}

export async function load(path: string, { deep } = {}): Promise<void> { await import("./lazy"); }
const pick = (a: number, b = 2) => a + b;
function hidden() { return 1; }
export { hidden };

function checkBox(box: Box) { expect(box.n).toBe(1); }

describe("Box", () => {
  beforeEach(() => { reset(); });

  it("adds", async () => {
    expect(sum(1, 2)).toBe(3);
    expect(sum(1, 2)).not.toBe(4);
    expect(sum(1, 2)).toBeGreaterThan(2);
    expect(sum(1, 2)).toBeTruthy();
    expect(sum(1, 2)).toBe(true);
    expect(true).toBe(true);
    await expect(load("x")).rejects.toThrow(/bad/);
    expect(box).toMatchSnapshot();
    expect(spy).toHaveBeenCalledWith(1);
    expect(box).to.be.ok;
    if (deep) { expect(deep).toEqual({ a: 1 }); }
  });

  it.skip("is skipped", () => { expect(1).toBe(f()); });
  test.only("is alone", () => { checkBox(box); });
  it.todo("comes later");
  test.each([[1, 2], [2, 4]])("doubles %i", (a, b) => { expect(a * 2).toBe(b); });
  test.failing("is broken", () => { expect(f()).toBe(1); });

  describe.skip("inner", () => {
    xit("never", function () { assert.strictEqual(f(), 1); });
    it(`is ${dynamic} here`, () => { run(); });
  });
});

test("node", { skip: "no network" }, async (t) => {
  await t.test("sub", () => { assert.ok(f() === 2); });
});

test("late", async ({ page }) => {
  test.skip(isMac, "not on a mac");
  assert.throws(() => f(), RangeError);
});
