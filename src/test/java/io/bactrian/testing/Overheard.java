package io.bactrian.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A port whose calls are told before they are done, such as {@code Transaction.commit}; what it opens is overheard too.
 */
public final class Overheard {

    private Overheard() {
    }

    public static <T> T of(Class<T> port, T real, Consumer<String> heard) {
        return port.cast(proxy(port, real, heard));
    }

    private static Object proxy(Class<?> port, Object real, Consumer<String> heard) {
        return Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[]{port}, (self, method, arguments) -> {
            heard.accept(port.getSimpleName() + "." + method.getName());
            try {
                Object result = method.invoke(real, arguments);
                Class<?> type = method.getReturnType();
                if (result instanceof Optional<?> capability && capability.isPresent()) {
                    Type offered = ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[0];
                    return Optional.of(proxy((Class<?>) offered, capability.get(), heard));
                }
                return type.isInterface() && AutoCloseable.class.isAssignableFrom(type) ? proxy(type, result, heard) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
