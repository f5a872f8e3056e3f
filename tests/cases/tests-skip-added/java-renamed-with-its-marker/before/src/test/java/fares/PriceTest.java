package fares;

import static org.junit.jupiter.api.Assertions.*;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

class PriceTest {
    @Disabled("#12")
    @Test
    void shortRide() {
        assertEquals(300, Price.of(2));
    }
}
