package io.lacewing.conformance.suite;

/** The client's side of a mechanism of enhanced authentication (4.12). One object per exchange is made by the suite's user. */
public interface ClientMechanism {

    /** The authentication method of CONNECT. */
    String method();

    /** The authentication data of CONNECT and of a re-authentication. */
    byte[] first();

    /** The answer to authentication data from the server; it leads to success in the end. */
    byte[] answer(byte[] challenge);

    /** An answer that must not lead to success. */
    byte[] wrongAnswer(byte[] challenge);
}
