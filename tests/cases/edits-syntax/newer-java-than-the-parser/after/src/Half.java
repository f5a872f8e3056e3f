class Half extends Number2 {
    Half(int n) {
        check(n);
        super();
    }
}
