package io.bactrian.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SettingTest {

    static List<Setting> all() {
        return Setting.ALL;
    }

    @ParameterizedTest
    @MethodSource("all")
    void isDescribedInOneSentence(Setting setting) {
        assertThat(setting.key()).matches("bactrian(\\.([a-z][a-z0-9-]*|<name>))+");
        assertThat(setting.sentence()).isNotBlank().doesNotContain("\n").doesNotEndWith(".").matches("[A-Z].*");
    }

    @ParameterizedTest
    @MethodSource("all")
    void aDefaultIsOfItsKindAndARequiredSettingHasNone(Setting setting) {
        if (setting.type() == SettingType.NUMBER) {
            assertThat(setting.fallback()).matches("\\d{1,9}");
        }
        if (setting.type() == SettingType.PORT) {
            assertThat(Integer.parseInt(setting.fallback())).isBetween(1, 65_535);
        }
        if (setting.type() == SettingType.DATE) {
            assertThat(LocalDate.parse(setting.fallback())).isNotNull();
        }
        if (setting.required()) {
            assertThat(setting.fallback()).isEmpty();
        }
        assertThat(setting.secret()).isEqualTo(setting.key().matches(".*\\.(password|key)"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void itsPatternMatchesItsOwnKeysAndNoOthers(Setting setting) {
        assertThat(setting.of("shop")).matches(setting.pattern());
        assertThat(setting.of("shop") + "x").doesNotMatch(setting.pattern());
        assertThat(setting.of("shop").replace('.', 'x')).doesNotMatch(setting.pattern());
        if (!setting.group().isEmpty()) {
            assertThat(setting.of("my-shop2")).matches(setting.pattern());
            assertThat(setting.of("a.b")).doesNotMatch(setting.pattern());
            assertThat(setting.of("")).doesNotMatch(setting.pattern());
            assertThat(setting.key()).startsWith(setting.group()).contains(setting.group() + "<name>.");
        }
    }

    @Test
    void keysAreDifferentAlsoInTheEnvironment() {
        assertThat(Setting.ALL).extracting(setting -> setting.key().replace('-', '.')).doesNotHaveDuplicates();
    }
}
