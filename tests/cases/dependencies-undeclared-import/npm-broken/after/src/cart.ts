import { useState } from "react";
import { useQuery } from "react-query-cart";
import { Button } from "ui/button";

export function useCart() {
  useQuery(Button);
  return useState<string[]>([]);
}
