package org.shop;

class Fee {
    long shipping(long total) {
        return total >= 5000 ? 0 : 490;
    }
}
