# ruff: noqa: E501 - tables, read row by row
"""
Real places of patient transport around Geneva, and the communes where the invented riders live.

Positions are WGS 84, rounded to 4 decimals. Those marked with * were read off OpenStreetMap (© OpenStreetMap
contributors, ODbL 1.0) and lie within about 20 m; the others are placed by hand in the right street or
quarter, within about 300 m: enough to drive to in a demonstration, not enough to find a door.
"""

from enum import StrEnum
from typing import NamedTuple

from estafette.domain.request import PlaceRequest


class Use(StrEnum):
    """What people are driven to a place for."""

    HOSPITAL = "hospital"
    CONSULTATION = "consultation"
    DIALYSIS = "dialysis"
    REHABILITATION = "rehabilitation"
    DAY_CENTRE = "day_centre"
    CARE_HOME = "care_home"


class Region(StrEnum):
    """Part of the area; most people are treated in their own."""

    CENTRE = "centre"
    RIGHT_BANK = "right_bank"
    LEFT_BANK = "left_bank"
    WEST = "west"
    NYON = "nyon"


class Facility(NamedTuple):
    """A place with what it is used for and how busy it is."""

    place: PlaceRequest
    region: Region
    weight: int
    uses: tuple[Use, ...]


class Commune(NamedTuple):
    """Where riders live: addresses are scattered up to `radius_m` around the centre, clear of the water."""

    name: str
    postcode: int
    lat: float
    lon: float
    radius_m: int
    region: Region
    weight: int


def _facility(  # noqa: PLR0913, PLR0917 - one row of the table below
    ref: str, name: str, address: str, lat: float, lon: float, region: Region, weight: int, *uses: Use
) -> Facility:
    return Facility(PlaceRequest(ref=ref, name=name, address=address, lon=lon, lat=lat), region, weight, uses)


_C, _R, _L, _W, _N = Region.CENTRE, Region.RIGHT_BANK, Region.LEFT_BANK, Region.WEST, Region.NYON
_H, _X, _D, _B, _J, _E = (
    Use.HOSPITAL, Use.CONSULTATION, Use.DIALYSIS, Use.REHABILITATION, Use.DAY_CENTRE, Use.CARE_HOME,
)  # fmt: skip

# fmt: off
FACILITIES = (
    _facility("hug", "HUG, Cluse-Roseraie", "Rue Gabrielle-Perret-Gentil 4, 1205 Genève", 46.1930, 6.1490, _C, 12, _H, _X, _D),
    _facility("beau-sejour", "HUG, Beau-Séjour", "Avenue de Beau-Séjour 26, 1206 Genève", 46.1889, 6.1510, _C, 6, _H, _X, _B),
    _facility("trois-chene", "HUG, Trois-Chêne", "Chemin du Pont-Bochet 3, 1226 Thônex", 46.2005, 6.2045, _L, 5, _H, _B),
    _facility("loex", "HUG, Loëx", "Route de Loëx 151, 1233 Bernex", 46.1988, 6.0858, _W, 3, _H, _B),
    _facility("bellerive", "HUG, Bellerive", "Chemin de la Savonnière 11, 1245 Collonge-Bellerive", 46.2560, 6.1985, _L, 2, _H, _B),
    _facility("la-tour", "Hôpital de La Tour", "Avenue J.-D.-Maillard 3, 1217 Meyrin", 46.2325, 6.0668, _R, 7, _H, _X, _D),
    _facility("joli-mont", "Clinique de Joli-Mont", "Avenue Trembley 45, 1209 Genève", 46.2212, 6.1178, _R, 4, _H, _B),  # *
    _facility("grangettes", "Clinique des Grangettes", "Chemin des Grangettes 7, 1224 Chêne-Bougeries", 46.2003, 6.1800, _L, 5, _H, _X),
    _facility("la-colline", "Clinique La Colline", "Avenue de Beau-Séjour 6, 1206 Genève", 46.1925, 6.1515, _C, 4, _H, _X),
    _facility("generale-beaulieu", "Clinique Générale-Beaulieu", "Chemin de Beau-Soleil 20, 1206 Genève", 46.1893, 6.1560, _C, 4, _H, _X),
    _facility("carouge", "Clinique de Carouge", "Avenue Cardinal-Mermillod 1, 1227 Carouge", 46.1850, 6.1370, _W, 3, _X, _D),
    _facility("onex", "Clinique d'Onex", "Route de Loëx 3, 1213 Onex", 46.1868, 6.0968, _W, 3, _X, _D),
    _facility("la-plaine", "Clinique de la Plaine", "Plainpalais, 1205 Genève", 46.2001, 6.1385, _C, 2, _X),  # *
    _facility("vermont", "Centre médical Vermont-Grand-Pré", "Rue de Vermont, 1202 Genève", 46.2159, 6.1337, _R, 3, _X),  # *
    _facility("nations", "Cardiologie des Nations", "Chemin Camille-Vidart 15, 1202 Genève", 46.2198, 6.1367, _R, 2, _X),  # *
    _facility("rive", "Ophtalmologie de Rive", "Quartier de Rive, 1207 Genève", 46.2023, 6.1541, _C, 2, _X),  # *
    _facility("jonction", "Centre médical de la Jonction", "Rue des Deux-Ponts 12, 1205 Genève", 46.2017, 6.1305, _C, 2, _X),  # *
    _facility("rive-droite", "Imagerie Rive droite", "Rue de Chantepoulet 5, 1201 Genève", 46.2079, 6.1449, _R, 3, _X),  # *
    _facility("vernier", "Cabinet de groupe de Vernier", "1214 Vernier", 46.2158, 6.0820, _R, 2, _X, _B),
    _facility("petit-saconnex", "Maison de retraite du Petit-Saconnex", "Chemin Colladon, 1209 Genève", 46.2226, 6.1234, _R, 3, _E, _J),  # *
    _facility("franchises", "EMS Les Franchises", "Cité Vieusseux 10, 1203 Genève", 46.2124, 6.1204, _R, 2, _E),  # *
    _facility("chatelaine", "EMS La Châtelaine", "Chemin de l'Ecu 1, 1219 Châtelaine", 46.2110, 6.1085, _R, 2, _E),  # *
    _facility("charmilles", "EMS Petite Boissière", "Promenade de l'Europe 67, 1203 Genève", 46.2083, 6.1205, _R, 2, _E, _J),  # *
    _facility("poterie", "Résidence La Poterie", "Rue de la Poterie, 1202 Genève", 46.2110, 6.1342, _R, 2, _E),  # *
    _facility("liotard", "Résidence Liotard", "Rue Liotard 78, 1203 Genève", 46.2144, 6.1262, _R, 1, _E),  # *
    _facility("vessy", "Maison de Vessy", "Route de Vessy, 1234 Veyrier", 46.1738, 6.1578, _L, 3, _E, _J),
    _facility("butini", "EMS Butini", "Village d'Onex, 1213 Onex", 46.1875, 6.1015, _W, 2, _E, _J),
    _facility("mandement", "Résidence du Mandement", "Village de Satigny, 1242 Satigny", 46.2142, 6.0351, _W, 1, _E),
    _facility("saint-loup", "EMS Saint-Loup", "Route de Saint-Loup, 1290 Versoix", 46.2835, 6.1600, _R, 2, _E),
    _facility("louviere", "EMS La Louvière", "Village de Presinge, 1243 Presinge", 46.2193, 6.2551, _L, 1, _E),
    _facility("nyon", "Hôpital de Nyon", "Chemin Monastier 10, 1260 Nyon", 46.3835, 6.2275, _N, 6, _H, _X, _D, _B),
    _facility("genolier", "Clinique de Genolier", "Route du Muids 3, 1272 Genolier", 46.4365, 6.2200, _N, 3, _H, _X, _J),
)

COMMUNES = (
    Commune("Genève, Plainpalais", 1205, 46.1974, 6.1409, 300, _C, 9),
    Commune("Genève, Eaux-Vives", 1207, 46.2006, 6.1640, 300, _C, 7),
    Commune("Genève, Champel", 1206, 46.1900, 6.1560, 350, _C, 6),
    Commune("Genève, Pâquis", 1201, 46.2122, 6.1465, 200, _R, 4),
    Commune("Genève, Servette", 1202, 46.2129, 6.1312, 350, _R, 7),
    Commune("Genève, Petit-Saconnex", 1209, 46.2232, 6.1281, 350, _R, 5),
    Commune("Le Grand-Saconnex", 1218, 46.2320, 6.1212, 300, _R, 4),
    Commune("Vernier", 1214, 46.2160, 6.0835, 350, _R, 6),
    Commune("Le Lignon", 1219, 46.2058, 6.0980, 150, _R, 5),
    Commune("Meyrin", 1217, 46.2310, 6.0790, 400, _R, 7),
    Commune("Versoix", 1290, 46.2835, 6.1600, 300, _R, 3),
    Commune("Bellevue", 1293, 46.2559, 6.1450, 250, _R, 1),
    Commune("Onex", 1213, 46.1848, 6.1012, 350, _W, 6),
    Commune("Petit-Lancy", 1213, 46.1930, 6.1168, 300, _W, 5),
    Commune("Grand-Lancy", 1212, 46.1774, 6.1211, 400, _W, 5),
    Commune("Bernex", 1233, 46.1769, 6.0735, 400, _W, 3),
    Commune("Confignon", 1232, 46.1756, 6.0852, 300, _W, 2),
    Commune("Plan-les-Ouates", 1228, 46.1676, 6.1180, 400, _W, 3),
    Commune("Satigny", 1242, 46.2142, 6.0351, 250, _W, 1),
    Commune("Carouge", 1227, 46.1816, 6.1378, 250, _W, 6),
    Commune("Troinex", 1256, 46.1638, 6.1460, 250, _L, 1),
    Commune("Veyrier", 1255, 46.1668, 6.1800, 300, _L, 2),
    Commune("Chêne-Bougeries", 1224, 46.1990, 6.1860, 350, _L, 4),
    Commune("Chêne-Bourg", 1225, 46.1956, 6.1950, 250, _L, 3),
    Commune("Thônex", 1226, 46.1900, 6.2010, 350, _L, 4),
    Commune("Puplinge", 1241, 46.2100, 6.2315, 200, _L, 1),
    Commune("Vésenaz", 1222, 46.2431, 6.2060, 250, _L, 2),
    Commune("Collonge-Bellerive", 1245, 46.2543, 6.2050, 250, _L, 2),
    Commune("Nyon", 1260, 46.3855, 6.2330, 350, _N, 4),
    Commune("Gland", 1196, 46.4208, 6.2701, 350, _N, 2),
)

DEPOTS = (
    PlaceRequest(ref="depot-acacias", name="Depot Acacias", address="Les Acacias, 1227 Carouge", lon=6.1321, lat=46.1926),
    PlaceRequest(ref="depot-meyrin", name="Depot Meyrin", address="Zone industrielle, 1217 Meyrin", lon=6.0560, lat=46.2229),
    PlaceRequest(ref="depot-thonex", name="Depot Thônex", address="Thônex, 1226 Thônex", lon=6.2062, lat=46.1959),
)
# fmt: on
