// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/icons.h"
#include "app/widgets/theme.h"
#include "tests/support/testregistry.h"

#include <QApplication>
#include <QDirIterator>
#include <QPainter>
#include <QRegularExpression>
#include <QSvgRenderer>

using namespace nephele;

class tst_LookIcons : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void everyNameInTheSourcesIsThere();
    void everyPictureIsADrawing_data();
    void everyPictureIsADrawing();
    void anIconTakesTheColourInForce();
    void anUnknownNameIsEmptyAndSaysSo();
    void aWideBoxHasTheIconAtItsLeft();

private:
    QString m_root;
};

void tst_LookIcons::initTestCase()
{
    m_root = qEnvironmentVariable("NEPHELE_SOURCE_DIR");
    QVERIFY(QDir(m_root + QStringLiteral("/app/widgets")).exists());
    Theme::instance().install(*static_cast<QApplication *>(QCoreApplication::instance()));
    Theme::instance().choose(Theme::Choice::Light);
}

// In the sources of the window a literal with a hyphen between small letters is the name of an icon.
static QStringList namesIn(const QString &source)
{
    static const QRegularExpression hyphened(
        QStringLiteral("QStringLiteral\\(\\s*\"([a-z]+(?:-[a-z]+)+)\"\\)"));
    QStringList names;
    for (auto found = hyphened.globalMatch(source); found.hasNext();)
        names.append(found.next().captured(1));
    return names;
}

void tst_LookIcons::everyNameInTheSourcesIsThere()
{
    // What is written like the name of an icon, and is none. Add to it what is none.
    static const QStringList others { QStringLiteral("color-scheme"), QStringLiteral("enable-animations") };
    int seen = 0;
    QDirIterator walk(m_root + QStringLiteral("/app"), { QStringLiteral("*.cpp"), QStringLiteral("*.h") },
        QDir::Files, QDirIterator::Subdirectories);
    while (walk.hasNext()) {
        QFile file(walk.next());
        if (file.fileName().contains(QStringLiteral("/app/client/")))
            continue; // names of headers and keys, and no widget
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (const QString &name : namesIn(QString::fromUtf8(file.readAll()))) {
            if (others.contains(name))
                continue;
            ++seen;
            QVERIFY2(hasIcon(name), qPrintable(file.fileName() + QStringLiteral(": ") + name));
        }
    }
    QVERIFY2(seen > 25, qPrintable(QString::number(seen))); // the search itself works
}

void tst_LookIcons::everyPictureIsADrawing_data()
{
    QTest::addColumn<QString>("path");
    const QDir icons(QStringLiteral(":/icons"));
    QVERIFY(icons.entryList().size() > 60);
    for (const QString &file : icons.entryList())
        QTest::addRow("%s", qPrintable(file)) << icons.filePath(file);
}

static double coverage(const QImage &image)
{
    double sum = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            sum += qAlpha(image.pixel(x, y)) / 255.0;
    }
    return sum / (image.width() * image.height());
}

// A plate would become a square when tinted; an empty one would be no picture; one that touches the edge of
// the grid is cut when it is drawn half a pixel aside.
void tst_LookIcons::everyPictureIsADrawing()
{
    QFETCH(QString, path);
    QSvgRenderer drawing(path);
    QVERIFY(drawing.isValid());
    for (const int size : { 16, 24, 32 }) {
        QImage image(size, size, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter p(&image);
        drawing.render(&p);
        p.end();
        const double covered = coverage(image);
        QVERIFY2(covered > 0.02, qPrintable(QString::number(covered)));
        QVERIFY2(covered < 0.8, qPrintable(QString::number(covered)));
        for (int i = 0; i < size; ++i) {
            QCOMPARE(qAlpha(image.pixel(i, 0)), 0);
            QCOMPARE(qAlpha(image.pixel(0, i)), 0);
            QCOMPARE(qAlpha(image.pixel(i, size - 1)), 0);
            QCOMPARE(qAlpha(image.pixel(size - 1, i)), 0);
        }
    }
}

static QColor strongestColour(const QPixmap &pixmap)
{
    const QImage image = pixmap.toImage().convertToFormat(QImage::Format_ARGB32);
    QRgb strongest = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (qAlpha(image.pixel(x, y)) > qAlpha(strongest))
                strongest = image.pixel(x, y);
        }
    }
    return QColor(qRed(strongest), qGreen(strongest), qBlue(strongest));
}

void tst_LookIcons::anIconTakesTheColourInForce()
{
    const QIcon stop = icon(QStringLiteral("media-playback-stop"), Ink::Error);
    QCOMPARE(strongestColour(stop.pixmap(16)), lightTokens().error);
    QCOMPARE(strongestColour(stop.pixmap(QSize(16, 16), QIcon::Disabled)), lightTokens().faint);
    Theme::instance().choose(Theme::Choice::Dark);
    QCOMPARE(strongestColour(stop.pixmap(16)), darkTokens().error);
    Theme::instance().choose(Theme::Choice::Light);
}

void tst_LookIcons::anUnknownNameIsEmptyAndSaysSo()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no icon named .*no-such-icon")));
    QVERIFY(icon(QStringLiteral("no-such-icon")).isNull());
}

void tst_LookIcons::aWideBoxHasTheIconAtItsLeft()
{
    const QPixmap box = icon(QStringLiteral("media-playback-stop")).pixmap(QSize(19, 16));
    QCOMPARE(box.deviceIndependentSize().toSize(), QSize(19, 16));
    const QImage image = box.toImage();
    QCOMPARE(qAlpha(image.pixel(image.width() - 2, image.height() / 2)), 0);
    QVERIFY(qAlpha(image.pixel(image.height() / 2, image.height() / 2)) > 200);
}

NEPHELE_TEST(tst_LookIcons)
#include "tst_lookicons.moc"
