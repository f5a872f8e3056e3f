plugins {
    java
}

tasks.test {
    useJUnitPlatform()
    enabled = false
}
