package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class FareTest {
    @Test
    void faresAreEqualByTheirCents() {
        Fare one = new Fare(3);
        Fare other = new Fare(4);
        assertNotEquals(one, other);
        assertEquals(one, one);
        assertEquals(one, new Fare(3));
    }
}
