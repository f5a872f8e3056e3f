package fares;

import static org.junit.jupiter.api.Assertions.*;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

class PriceTest {
    @Test
    void shortRide() {
        assertThrows(IllegalArgumentException.class, () -> Price.of(-1));
    }
}
