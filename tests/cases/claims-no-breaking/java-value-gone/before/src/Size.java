public enum Size {
    SMALL,
    MIDDLE,
    LARGE
}
