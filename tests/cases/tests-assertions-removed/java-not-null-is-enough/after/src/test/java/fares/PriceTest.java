package fares;

import static org.junit.jupiter.api.Assertions.*;

import org.junit.jupiter.api.Test;

class PriceTest {
    @Test
    void shortRide() {
        assertNotNull(Price.of(2));
    }
}
