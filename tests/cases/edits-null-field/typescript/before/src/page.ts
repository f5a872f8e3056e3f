export class Page {
  constructor(readonly rows: string[]) {}
}
