public class Half {
    public int half(int n) {
        return n / 2;
    }

    public int quarter(int n) {
        return n / 3;
    }
}
