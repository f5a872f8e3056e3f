package shop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FareTest {
    @Test
    void faresAreEqualByTheirCents() {
        Fare one = new Fare(3);
        Fare other = new Fare(4);
        assertFalse(one.equals(other));
        assertTrue(one.equals(one));
        assertTrue(one.equals(new Fare(3)));
    }
}
