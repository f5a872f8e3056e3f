export enum Size {
  Small,
  Middle,
  Large,
}
