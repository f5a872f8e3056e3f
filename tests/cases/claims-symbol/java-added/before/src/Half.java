public class Half {
    public int half(int n) {
        return n / 2;
    }
}
