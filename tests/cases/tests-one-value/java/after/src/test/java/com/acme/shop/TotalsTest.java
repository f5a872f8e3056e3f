package com.acme.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TotalsTest {
    @Test
    void adds() {
        assertEquals(3, Totals.total(1, 2));
    }

    @Test
    void isMore() {
        assertTrue(Totals.total(1, 2) > 2);
    }
}
