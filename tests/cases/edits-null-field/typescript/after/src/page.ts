export class Page {
  private cursor: string | null;

  constructor(readonly rows: string[]) {
    // where the next page begins
    this.cursor = null;
  }

  next(): string | null {
    return this.cursor;
  }
}
