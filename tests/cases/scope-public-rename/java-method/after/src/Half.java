public class Half {
    public int halve(int n) {
        return n / 2;
    }
}
