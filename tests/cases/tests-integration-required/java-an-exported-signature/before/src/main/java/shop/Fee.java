package shop;

public class Fee {
    public static int fee(int n) {
        return n / 50;
    }
}
