export function total(items) {
  return items.length;
}
export let v0 = 0;
export let v1 = 1;
export let v2 = 2;
export let v3 = 3;
export let v4 = 4;
export let v5 = 5;
export let v6 = 6;
export let v7 = 7;
export let v8 = 8;
export let v9 = 9;
export let v10 = 10;
export let v11 = 11;
export let v12 = 12;
export let v13 = 13;
export let v14 = 14;
export let v15 = 15;
export let v16 = 16;
export let v17 = 17;
export let v18 = 18;
export let v19 = 19;
