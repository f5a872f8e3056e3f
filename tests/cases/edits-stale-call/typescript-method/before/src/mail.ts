export class Mail {
  send(to: string, body: string): string {
    return to + body;
  }

  greet(name: string): string {
    return this.send(name, "hello");
  }
}
