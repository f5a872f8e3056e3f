package com.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.acme.shop.Sums;
import org.junit.jupiter.api.Test;

class SumsTest {
    @Test
    void adds() {
        assertEquals(3, Sums.total(1, 2));
    }
}
