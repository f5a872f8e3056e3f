package fares;

import static org.junit.jupiter.api.Assertions.*;

import org.junit.jupiter.api.Test;

class PriceTest {
    @Test
    void shortRide() {
        assertEquals(300, Price.of(2));
    }

    @Test
    void rideAtNight() {
        assertEquals(600, Price.of(2).atHour(23));
    }
}
