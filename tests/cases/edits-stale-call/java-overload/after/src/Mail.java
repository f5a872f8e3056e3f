class Mail {
    String send(String to) {
        return to;
    }

    String send(String to, int times, boolean fast) {
        return to + times + fast;
    }

    String all() {
        return send("a");
    }
}
