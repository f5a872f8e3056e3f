public class Half {
    public int half(int n, int by) {
        return n / 2;
    }
}
