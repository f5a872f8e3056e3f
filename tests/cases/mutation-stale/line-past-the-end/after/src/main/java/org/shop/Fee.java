package org.shop;

class Fee {
    long shipping(long total) {
        return total >= 5000 ? 0 : 490;
    }

    long due(long total) {
        return total + shipping(total);
    }
}
