package shop;

public class Fee {
    public static int fee(int n, int rate) {
        return n / rate;
    }
}
