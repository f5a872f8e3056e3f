package org.example;

public class Load {
    public String load(String path) {
        return path;
    }

    private int backoff(int attempt) {
        return attempt * 100;
    }
}
