package org.example;

public class Load {
    public String load(String path) {
        return path;
    }
}
