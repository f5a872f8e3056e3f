package shop;

public class Cart {
    public static int of(int n) {
        return n / 4;
    }
}
