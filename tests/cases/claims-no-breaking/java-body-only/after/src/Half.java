public class Half {
    public int half(int n) {
        return n / 2;
    }

    public int third(int n) {
        return n / (1 + 2);
    }
}
