class Mail {
    String send(String to) {
        return to;
    }

    String send(String to, int times) {
        return to + times;
    }

    String all() {
        return send("a");
    }
}
