// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/imagechoice.h"

#include "app/widgets/choice.h"
#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <QLocale>

#include <algorithm>

namespace nephele {

namespace {

constexpr int shownFirst = 6;
constexpr int columns = 3;

} // namespace

ImageChoice::ImageChoice(QWidget *parent)
    : QWidget(parent)
    , m_group(new QButtonGroup(this))
    , m_grid(new QGridLayout)
    , m_all(makeButton({}, ButtonKind::Quiet))
    , m_words(makeParagraph({}, Type::Body, Tone::Muted))
{
    auto *column = makeColumn(this, 0, metric::gapSmall);
    m_grid->setSpacing(metric::gapSmall);
    for (int i = 0; i < columns; ++i)
        m_grid->setColumnStretch(i, 1);
    column->addLayout(m_grid);
    column->addWidget(m_words);
    column->addWidget(m_all, 0, Qt::AlignLeft);
    m_all->hide();
    m_words->hide();
    connect(m_group, &QButtonGroup::idToggled, this, [this](int, bool isOn) {
        if (isOn)
            emit chosenChanged();
    });
    connect(m_all, &QPushButton::clicked, this, [this] {
        m_showsAll = true;
        layOut();
    });
}

void ImageChoice::setImages(const QList<Image> &images)
{
    const ImageId before = chosen() ? chosen()->id : ImageId();
    qDeleteAll(m_cards);
    m_cards.clear();
    m_images.clear();
    std::copy_if(images.cbegin(), images.cend(), std::back_inserter(m_images),
        [](const Image &image) { return image.status == ImageStatus::Active && !image.isHidden; });
    std::stable_sort(m_images.begin(), m_images.end(),
        [](const Image &a, const Image &b) { return QString::localeAwareCompare(a.name, b.name) < 0; });
    int chosenRow = 0;
    for (int i = 0; i < m_images.size(); ++i) {
        const Image &image = m_images.at(i);
        const QString size = QLocale().formattedDataSize(
            image.sizeBytes, image.sizeBytes < 1'000'000'000 ? 0 : 1, QLocale::DataSizeSIFormat);
        const bool isPublic = image.visibility == ImageVisibility::Public;
        const QString name = image.name.isEmpty() ? image.id.text() : image.name;
        auto *card =
            new ChoiceCard(name, isPublic ? tr("%1, public").arg(size) : tr("%1, this project").arg(size),
                name.at(0).unicode() % 6, {}, this);
        m_group->addButton(card, i);
        m_cards.append(card);
        if (image.id == before)
            chosenRow = i;
    }
    m_words->setText(m_images.isEmpty()
            ? tr("There is no image to start from yet. Upload one first: openstack image create.")
            : QString());
    layOut();
    if (!m_cards.isEmpty())
        m_cards.at(chosenRow)->setChecked(true);
}

void ImageChoice::setFailure(const QString &sentence)
{
    m_words->setText(sentence);
    m_words->setVisible(true);
}

void ImageChoice::layOut()
{
    const int count = m_showsAll ? int(m_cards.size()) : qMin<int>(shownFirst, int(m_cards.size()));
    for (int i = 0; i < m_cards.size(); ++i) {
        // In the grid first: a card shown without a parent would be a window for a moment.
        if (i < count)
            m_grid->addWidget(m_cards.at(i), i / columns, i % columns);
        m_cards.at(i)->setVisible(i < count);
    }
    m_words->setVisible(!m_words->text().isEmpty());
    m_all->setText(tr("Show all %1 images").arg(m_cards.size()));
    m_all->setVisible(count < m_cards.size());
}

const Image *ImageChoice::chosen() const
{
    const int id = m_group->checkedId();
    return id >= 0 && id < m_images.size() ? &m_images.at(id) : nullptr;
}

} // namespace nephele
