package shop;

public class Fee {
    public static int of(int n) {
        return n / 3;
    }
}
