package io.attune.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatesTest {

    private static final String ALL = "%a|%A|%b|%B|%c|%d|%e|%H|%I|%j|%m|%M|%p|%S|%U|%w|%W|%x|%X|%y|"
            + "%Y|%Z|%z|%%|%-d|%-m|%-H|%-I|%_d|%F|%T|%R|%D|%G|%V|%u|%f|%h|%k|%l|%C|%^a|%#p|%-j|%P|%r";

    /** The expected texts come from CPython's datetime.strftime on Linux. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2026-07-04T09:05:03 ; Sat|Saturday|Jul|July|Sat Jul  4 09:05:03 2026|04| 4|09|09|185|"
                        + "07|05|AM|03|26|6|26|07/04/26|09:05:03|26|2026|||%|4|7|9|9| 4|2026-07-04|09:05:03|09:0"
                        + "5|07/04/26|2026|27|6|000000|Jul| 9| 9|20|SAT|am|185|am|09:05:03 AM",
                "2024-12-30T23:59:59.123456 ; Mon|Monday|Dec|December|Mon Dec 30 23:59:59 2024|30|30|2"
                        + "3|11|365|12|59|PM|59|52|1|53|12/30/24|23:59:59|24|2024|||%|30|12|23|11|30|2024-12-30|"
                        + "23:59:59|23:59|12/30/24|2025|01|1|123456|Dec|23|11|20|MON|pm|365|pm|11:59:59 PM",
                "2023-01-01T00:00:00 ; Sun|Sunday|Jan|January|Sun Jan  1 00:00:00 2023|01| 1|00|12|001"
                        + "|01|00|AM|00|01|0|00|01/01/23|00:00:00|23|2023|||%|1|1|0|12| 1|2023-01-01|00:00:00|00"
                        + ":00|01/01/23|2022|52|7|000000|Jan| 0|12|20|SUN|am|1|am|12:00:00 AM",
                "2021-01-03T12:30:00 ; Sun|Sunday|Jan|January|Sun Jan  3 12:30:00 2021|03| 3|12|12|003"
                        + "|01|30|PM|00|01|0|00|01/03/21|12:30:00|21|2021|||%|3|1|12|12| 3|2021-01-03|12:30:00|1"
                        + "2:30|01/03/21|2020|53|7|000000|Jan|12|12|20|SUN|pm|3|pm|12:30:00 PM",
                "2000-02-29T13:01:09 ; Tue|Tuesday|Feb|February|Tue Feb 29 13:01:09 2000|29|29|13|01|0"
                        + "60|02|01|PM|09|09|2|09|02/29/00|13:01:09|00|2000|||%|29|2|13|1|29|2000-02-29|13:01:09"
                        + "|13:01|02/29/00|2000|09|2|000000|Feb|13| 1|20|TUE|pm|60|pm|01:01:09 PM"
            })
    void aDateIsWrittenAsTheCLocaleWritesIt(String now, String expected) {
        Template template = Template.compile("{{ strftime_now('" + ALL + "') }}");
        assertThat(template.render(Map.of(), LocalDateTime.parse(now))).isEqualTo(expected);
    }

    @Test
    void withoutADateATemplateThatAsksForItFails() {
        Template template = Template.compile("{% if x %}{{ strftime_now('%Y') }}{% endif %}");
        assertThat(template.render(Map.of("x", false))).isEmpty();
        assertThatThrownBy(() -> template.render(Map.of("x", true))).hasMessageContaining("date");
    }
}
