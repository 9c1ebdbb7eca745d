package io.bactrian.demo.bookstore;

import java.util.List;
import java.util.random.RandomGenerator;

/** A city that parcels go to, with the shape of its postal codes, telephone numbers and streets. */
record Place(String city, String country, String postalCode, String phone, String street, double latitude, double longitude) {

    private static final List<Place> ALL = List.of(
            new Place("Berlin", "DE", "10###", "+49 30 #######", "%s 1##", 52.52, 13.405),
            new Place("Hamburg", "DE", "20###", "+49 40 #######", "%s ##", 53.5511, 9.9937),
            new Place("München", "DE", "80###", "+49 89 #######", "%s ##", 48.1372, 11.5755),
            new Place("Köln", "DE", "50###", "+49 221 ######", "%s ##", 50.9375, 6.9603),
            new Place("Leipzig", "DE", "04###", "+49 341 ######", "%s ##", 51.3397, 12.3731),
            new Place("Wien", "AT", "1##0", "+43 1 #######", "%s ##/#", 48.2082, 16.3738),
            new Place("Zürich", "CH", "80##", "+41 44 ### ## ##", "%s ##", 47.3769, 8.5417),
            new Place("Paris", "FR", "750##", "+33 1 ## ## ## ##", "##, rue %s", 48.8566, 2.3522),
            new Place("Lyon", "FR", "690##", "+33 4 ## ## ## ##", "##, rue %s", 45.764, 4.8357),
            new Place("Madrid", "ES", "280##", "+34 91 ### ## ##", "Calle %s ##", 40.4168, -3.7038),
            new Place("Málaga", "ES", "290##", "+34 95 ### ## ##", "Calle %s ##", 36.7213, -4.4214),
            new Place("Roma", "IT", "001##", "+39 06 #######", "Via %s ##", 41.9028, 12.4964),
            new Place("Amsterdam", "NL", "10## @@", "+31 20 ### ####", "%s ###", 52.3676, 4.9041),
            new Place("København", "DK", "2##0", "+45 ## ## ## ##", "%s ##, # tv", 55.6761, 12.5683),
            new Place("Göteborg", "SE", "41# ##", "+46 31 ### ## ##", "%s ##", 57.7089, 11.9746),
            new Place("Łódź", "PL", "9#-###", "+48 42 ### ## ##", "ul. %s ##", 51.7592, 19.456),
            new Place("Praha", "CZ", "1## 00", "+420 2## ### ###", "%s ##", 50.0755, 14.4378),
            new Place("Αθήνα", "GR", "1## ##", "+30 21# ### ####", "Οδός %s ##", 37.9838, 23.7275),
            new Place("London", "GB", "SW# #@@", "+44 20 #### ####", "## %s Road", 51.5072, -0.1276),
            new Place("Edinburgh", "GB", "EH# #@@", "+44 131 ### ####", "## %s Close", 55.9533, -3.1883),
            new Place("Dublin", "IE", "D0# @#@#", "+353 1 ### ####", "## %s Street", 53.3498, -6.2603),
            new Place("New York", "US", "100##", "+1 212 555 ####", "### %s Avenue", 40.7128, -74.006),
            new Place("Portland", "US", "972##", "+1 503 555 ####", "#### %s Street", 45.5152, -122.6784),
            new Place("Montréal", "CA", "H#@ #@#", "+1 514 555 ####", "### rue %s", 45.5019, -73.5674),
            new Place("東京", "JP", "10#-00##", "+81 3 #### ####", "%s #-##-#", 35.6762, 139.6503),
            new Place("الرياض", "SA", "11###", "+966 11 ### ####", "%s ####", 24.7136, 46.6753));

    private static final List<String> STREETS = List.of("Goethe", "Garten", "Victor Hugo", "Cervantes", "Garibaldi", "Linden",
            "Prinsen", "Nørre", "Östra", "Piotrkowska", "Karlova", "Ερμού", "Abbey", "Mill", "O'Connell", "Juniper",
            "St-Denis", "神保町", "العليا", "Rosen", "Library", "Harbour");

    static Place any(RandomGenerator random) {
        // The first places of the list are home: half of all customers live there.
        return ALL.get(Chance.in(0.5, random) ? random.nextInt(7) : random.nextInt(ALL.size()));
    }

    String newAddress(RandomGenerator random) {
        return Chance.filled(street.formatted(Chance.oneOf(STREETS, random)), random);
    }

    String newPostalCode(RandomGenerator random) {
        return Chance.filled(postalCode, random);
    }

    String newPhone(RandomGenerator random) {
        return Chance.filled(phone, random);
    }
}
