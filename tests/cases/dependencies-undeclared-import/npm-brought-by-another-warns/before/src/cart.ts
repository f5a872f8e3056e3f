import { useState } from "react";

export function useCart() {
  return useState<string[]>([]);
}
